// Calls generated actors as an app would; the same source for every runtime.
import Foundation
import SideloadModels

func stored<Element>(_ file: URL, of _: Element.Type = Element.self) throws -> [Element] {
    try Data(contentsOf: file).withUnsafeBytes { Array($0.bindMemory(to: Element.self)) }
}

func only(_ file: URL) throws -> Float { try stored(file)[0] }

func store<Element>(_ elements: [Element], _ file: URL) throws {
    try elements.withUnsafeBytes { Data($0) }.write(to: file)
}

func attempt(_ what: String, isBrief: Bool = false, _ call: () async throws -> Void) async {
    do {
        try await call()
        print("\(what): nothing")
    } catch let error as ModelError {
        precondition(!error.remedy.isEmpty)
        let kind = String(describing: Mirror(reflecting: error).children.first?.label ?? "")
        let said = error.problem.components(separatedBy: "/").last ?? ""
        print(isBrief ? "\(what): \(kind)" : "\(what): \(kind): \(said)")
    } catch {
        print("\(what): another error: \(error)")
    }
}

func digits(_ folder: URL, _ model: URL) async throws {
    let image: [Float] = try stored(folder.appendingPathComponent("digits.0"))
    await attempt("missing") { _ = try Digits(contentsOf: folder.appendingPathComponent("missing")) }
    await attempt("another") { _ = try Digits(contentsOf: folder.appendingPathComponent("digits.0")) }
    await attempt("damaged") { _ = try Digits(contentsOf: folder.appendingPathComponent("digits.damaged")) }
    await attempt("no resource") { _ = try Digits(bundle: .main, subdirectory: "no") }
    let digits = try Digits(contentsOf: model)
    let answer = try await digits.predict(DigitsInput(image: image))
    try store(answer.logits, folder.appendingPathComponent("digits.out.0"))
    print("shape: \(answer.logitsShape)")
    print("best: \(answer.top(2)[0].map { "\($0.label) \($0.label.text) \($0.score)" })")
    print("no labels: \(answer.top(0)[0].count)")
    await attempt("too few") { _ = try await digits.predict(DigitsInput(image: image, batch: 2)) }
    await attempt("too many") {
        _ = try await digits.predict(DigitsInput(image: [Float](repeating: 0, count: 9 * 64)))
    }
    let others = try await withThrowingTaskGroup(of: DigitsOutput.self) { group in
        for _ in 0..<50 { group.addTask { try await digits.predict(DigitsInput(image: image)) } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
    print("from many tasks: \(others.count) \(others.allSatisfy { $0 == answer })")
}

/// What was read once is known by its size, time and inode, and read again when one of them changes.
func remembered(_ folder: URL, _ model: URL) async throws {
    let copy = folder.appendingPathComponent("digits.copy")
    try FileManager.default.copyItem(at: model, to: copy)
    func touch(_ time: Date) throws {
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: copy.path)
    }
    let time = Date(timeIntervalSince1970: 1_000_000_000)
    try touch(time)
    _ = try Digits(contentsOf: copy)
    let file = try FileHandle(forWritingTo: copy)
    try file.write(contentsOf: Data(count: Digits.sizeBytes))
    try file.close()
    try touch(time)
    await attempt("not read again", isBrief: true) { _ = try Digits(contentsOf: copy) }
    try touch(time.addingTimeInterval(1))
    await attempt("read again") { _ = try Digits(contentsOf: copy) }
}

/// Of two signatures that the file does not have, one leaves open what the answer says itself.
func otherwise(_ folder: URL, _ model: URL) async throws {
    let image: [Float] = try stored(folder.appendingPathComponent("digits.0"))
    let answer = try await Open(contentsOf: model).predict(OpenInput(image: image))
    print("says its own shape: \(answer.logitsShape)")
    let wrong = try Wrong(contentsOf: model)
    await attempt("another dtype", isBrief: true) {
        _ = try await wrong.predict(WrongInput(image: image))
    }
}

func minilm(_ folder: URL, _ model: URL) async throws {
    let ids: [Int64] = try stored(folder.appendingPathComponent("minilm.0"))
    let mask: [Int64] = try stored(folder.appendingPathComponent("minilm.1"))
    let minilm = try Minilm(contentsOf: model)
    let input = MinilmInput(inputIds: ids, attentionMask: mask, batch: 2)
    let product = try await minilm.predict(input).product
    try store(product, folder.appendingPathComponent("minilm.out.0"))
    await attempt("no batch") {
        _ = try await minilm.predict(MinilmInput(inputIds: ids, attentionMask: mask, batch: 0))
    }
    await attempt("another length") {
        let short = Array(mask.prefix(12))
        _ = try await minilm.predict(MinilmInput(inputIds: ids, attentionMask: short, batch: 2))
    }
}

func common(_ folder: URL, _ model: URL) async throws {
    func file(_ at: Int) -> URL { folder.appendingPathComponent("common.\(at)") }
    let common = try Common(contentsOf: model)
    let answer = try await common.predict(
        CommonInput(
            float32: stored(file(0)), int8: stored(file(1)), int32: stored(file(2)),
            int64: stored(file(3)), uint8: stored(file(4)), valueClass: only(file(5))))
    func out(_ at: Int) -> URL { folder.appendingPathComponent("common.out.\(at)") }
    try store(answer.twiceFloat32, out(0))
    try store(answer.twiceInt8, out(1))
    try store(answer.twiceInt32, out(2))
    try store(answer.twiceInt64, out(3))
    try store(answer.twiceUint8, out(4))
    try store([answer.twiceClass], out(5))
    print("scalar: \(answer.twiceClass)")
}

@main
struct Calls {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let folder = URL(fileURLWithPath: arguments[1])
        func model(_ name: String) -> URL { URL(fileURLWithPath: "\(arguments[2])/\(name).\(arguments[3])") }
        try await digits(folder, model("digits"))
        try await remembered(folder, model("digits"))
        try await otherwise(folder, model("digits"))
        try await minilm(folder, model("minilm"))
        try await common(folder, model("common"))
        try await others(folder, URL(fileURLWithPath: arguments[2]))
    }
}
