// A model of the size that apps carry, asked once by its actor.
import Foundation

@main
struct Picture {
    static func main() async throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[1])
        let model = try MobilenetV2(contentsOf: URL(fileURLWithPath: CommandLine.arguments[2]))
        let pixels = try Data(contentsOf: folder.appendingPathComponent("pixels"))
        let input = MobilenetV2Input(pixelValues: pixels.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) })
        let answer = try await model.predict(input)
        print(answer.logitsShape)
        try answer.logits.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: CommandLine.arguments[3]))
    }
}
