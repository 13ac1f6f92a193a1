// Generated actors and hand-written ones take turns; one ratio a line.
import Foundation

typealias Call = @Sendable () async throws -> Void

func nanoseconds(_ call: Call) async throws -> Double {
    let started = DispatchTime.now().uptimeNanoseconds
    try await call()
    return Double(DispatchTime.now().uptimeNanoseconds - started)
}

/// A quarter of the calls are quicker: those that nothing else on the machine disturbed.
func quick(_ values: [Double]) -> Double { values.sorted()[values.count / 4] }

func duet(
    seconds: Double, _ generated: Call, _ byHand: Call
) async throws -> Double {
    var (ours, theirs): ([Double], [Double]) = ([], [])
    var left = seconds * 1e9
    while left > 0 || ours.count < 11 {
        if ours.count % 2 == 0 {
            ours.append(try await nanoseconds(generated))
            theirs.append(try await nanoseconds(byHand))
        } else {
            theirs.append(try await nanoseconds(byHand))
            ours.append(try await nanoseconds(generated))
        }
        left -= (ours.last ?? 0) + (theirs.last ?? 0)
    }
    return quick(ours) / quick(theirs)
}

@main
struct Duet {
    static func main() async throws {
        let arguments = CommandLine.arguments
        let model = URL(fileURLWithPath: arguments[2])
        let generated: @Sendable () async throws -> [Float]
        let byHand: @Sendable () async throws -> [Float]
        if arguments[1] == "digits" {
            let image = (0..<64).map { Float($0 % 17) / 16 }
            let (ours, theirs) = (try Digits(contentsOf: model), try DigitsByHand(model.path))
            generated = { try await ours.predict(DigitsInput(image: image)).logits }
            byHand = { try await theirs.predict(image) }
        } else {
            let ids = (0..<32).map { Int64(1000 + $0) }
            let mask = [Int64](repeating: 1, count: 32)
            let (ours, theirs) = (try Minilm(contentsOf: model), try MinilmByHand(model.path))
            generated = {
                let input = MinilmInput(inputIds: ids, attentionMask: mask, batch: 1)
                return try await ours.predict(input).embedding
            }
            byHand = { try await theirs.predict(ids, mask) }
        }
        let (ours, theirs) = (try await generated(), try await byHand())
        precondition(ours == theirs)
        _ = try await duet(seconds: 0.5, { _ = try await generated() }, { _ = try await byHand() })
        for _ in 0..<9 {
            print(try await duet(seconds: 1, { _ = try await generated() }, { _ = try await byHand() }))
        }
    }
}
