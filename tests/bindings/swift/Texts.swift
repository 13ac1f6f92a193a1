// What ONNX Runtime alone has: texts, and a version to ask for.
import Foundation
import SideloadModels

func others(_ folder: URL, _ models: URL) async throws {
    let texts = try Texts(contentsOf: folder.appendingPathComponent("texts.onnx"))
    let answer = try await texts.predict(TextsInput(words: ["yes", "größe 🐈", "", "no"], end: "!"))
    print("texts: \(answer.joined) \(answer.joinedShape) \(answer.known)")
    await attempt("too many texts") {
        _ = try await texts.predict(TextsInput(words: ["a", "b", "c"], end: "", rows: 1))
    }
    await attempt("too old") { _ = try Newer(contentsOf: models.appendingPathComponent("digits.onnx")) }
}
