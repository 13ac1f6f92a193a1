// A model that takes two milliseconds, or fails, in the place of the app's own.
import Foundation

struct Failure: Error {}

struct Case: Sendable {
    typealias Run = @Sendable () async throws -> Void

    let name: String
    let runtime: String
    let precision: String
    let sha256: String
    let load: @Sendable () async throws -> Run
}

@main
enum Measured {
    static func main() async throws {
        let fails = CommandLine.arguments.contains("fail")
        let one = Case(
            name: "é \"\\\n\u{202e}🚀", runtime: "none", precision: "float32",
            sha256: String(repeating: "0", count: 64),
            load: {
                {
                    if fails { throw Failure() }
                    usleep(2000)
                }
            }
        )
        let folder = URL(fileURLWithPath: NSTemporaryDirectory())
        let file = try await Measurement(of: one).written(to: folder)
        print(try String(contentsOf: file, encoding: .utf8), terminator: "")
        try FileManager.default.removeItem(at: file)
    }
}
