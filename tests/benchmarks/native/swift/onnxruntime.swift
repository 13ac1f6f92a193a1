// What somebody writes who knows ONNX Runtime and these two models, in Swift 6.
import Foundation
import OnnxRuntimeBindings

func session(_ path: String) throws -> ORTSession {
    try ORTSession(
        env: ORTEnv(loggingLevel: .warning), modelPath: path, sessionOptions: ORTSessionOptions())
}

func value<Element>(_ array: [Element], _ type: ORTTensorElementDataType, _ shape: [NSNumber]) throws -> ORTValue {
    let data = array.withUnsafeBytes { NSMutableData(bytes: $0.baseAddress, length: $0.count) }
    return try ORTValue(tensorData: data, elementType: type, shape: shape)
}

func floats(_ value: ORTValue?) throws -> [Float] {
    guard let value else { return [] }
    let data = try value.tensorData()
    return withExtendedLifetime(value) {
        Array(UnsafeRawBufferPointer(start: data.bytes, count: data.length).bindMemory(to: Float.self))
    }
}

actor DigitsByHand {
    private let model: ORTSession
    init(_ path: String) throws { model = try session(path) }

    func predict(_ image: [Float]) throws -> [Float] {
        let inputs = ["image": try value(image, .float, [1, 1, 8, 8])]
        return try floats(model.run(withInputs: inputs, outputNames: ["logits"], runOptions: nil)["logits"])
    }
}

actor MinilmByHand {
    private let model: ORTSession
    init(_ path: String) throws { model = try session(path) }

    func predict(_ ids: [Int64], _ mask: [Int64]) throws -> [Float] {
        let shape: [NSNumber] = [1, NSNumber(value: ids.count)]
        let inputs = [
            "input_ids": try value(ids, .int64, shape), "attention_mask": try value(mask, .int64, shape),
        ]
        let name = "embedding"
        return try floats(model.run(withInputs: inputs, outputNames: [name], runOptions: nil)[name])
    }
}
