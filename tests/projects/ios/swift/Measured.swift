// A model that takes two milliseconds, or fails, in the place of the app's own.
import Foundation

struct Failure: Error {}

struct Case: Sendable {
    struct Loaded: Sendable {
        let run: @Sendable () async throws -> Void
        let answersAgain: @Sendable () async throws -> Bool
    }

    let name: String
    let runtime: String
    let runtimeVersion: String
    let precision: String
    let file: String
    let sizeBytes: Int
    let sha256: String
    let load: @Sendable () async throws -> Loaded
}

@main
enum Measured {
    static func main() async throws {
        let fails = CommandLine.arguments.contains("fail")
        let one = Case(
            name: "é \"\\\n\u{202e}🚀", runtime: "none", runtimeVersion: "1.2.3", precision: "float32",
            file: "none.pte", sizeBytes: 7, sha256: String(repeating: "0", count: 64),
            load: {
                Case.Loaded(
                    run: {
                        if fails { throw Failure() }
                        usleep(2000)
                    },
                    answersAgain: { true }
                )
            }
        )
        let folder = URL(fileURLWithPath: NSTemporaryDirectory())
        let file = try await Measurement(of: one).written(to: folder)
        print(try String(contentsOf: file, encoding: .utf8), terminator: "")
        try FileManager.default.removeItem(at: file)
    }
}
