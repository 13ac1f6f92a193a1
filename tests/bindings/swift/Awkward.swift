// What ExecuTorch alone has: every dtype there is, several methods in a file, and no version to ask for.
import Foundation
import SideloadModels

func others(_ folder: URL, _ models: URL) async throws {
    try await everyDtype(folder, models.appendingPathComponent("awkward.pte"))
    try await methods(models.appendingPathComponent("several.pte"))
    await attempt("too old") { _ = try Newer(contentsOf: folder.appendingPathComponent("newer.pte")) }
    await attempt("not linked") { _ = try Unlinked(contentsOf: folder.appendingPathComponent("unlinked.pte")) }
}

func methods(_ model: URL) async throws {
    let several = try Several(contentsOf: model)
    let (twice, half) = (SeveralInput(x: [1, 2, 3]), SeveralHalfInput(x: [1, 2, 3], by: 2))
    print("methods: \(try await several.predict(twice).y) \(try await several.half(half).z)")
    await attempt("too few of a method") {
        _ = try await several.half(SeveralHalfInput(x: [1, 2], by: 2))
    }
}

func everyDtype(_ folder: URL, _ model: URL) async throws {
    func file(_ at: Int) -> URL { folder.appendingPathComponent("awkward.\(at)") }
    let awkward = try Awkward(contentsOf: model)
    let answer = try await awkward.predict(
        AwkwardInput(
            bool: stored(file(0)), float16: stored(file(1)), float32: stored(file(2)),
            float64: stored(file(3)), int8: stored(file(4)), int16: stored(file(5)),
            int32: stored(file(6)), int64: stored(file(7)), uint8: stored(file(8)),
            valueClass: only(file(9))))
    func out(_ at: Int) -> URL { folder.appendingPathComponent("awkward.out.\(at)") }
    try store(answer.twiceBool, out(0))
    try store(answer.twiceFloat16, out(1))
    try store(answer.twiceFloat32, out(2))
    try store(answer.twiceFloat64, out(3))
    try store(answer.twiceInt8, out(4))
    try store(answer.twiceInt16, out(5))
    try store(answer.twiceInt32, out(6))
    try store(answer.twiceInt64, out(7))
    try store(answer.twiceUint8, out(8))
    try store([answer.twiceClass], out(9))
    print("scalar: \(answer.twiceClass)")
}
