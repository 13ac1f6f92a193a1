// What somebody writes who knows ExecuTorch and these two models, in Swift 6.
import ExecuTorch

func tensor<Element>(_ array: [Element], _ type: DataType, _ shape: [Int]) -> AnyTensor {
    array.withUnsafeBufferPointer { AnyTensor(bytes: $0.baseAddress!, shape: shape, dataType: type) }
}

func floats(_ values: [Value]) -> [Float] {
    var array: [Float] = []
    values[0].anyTensor?.bytes { pointer, count, _ in
        array = Array(UnsafeBufferPointer(start: pointer.assumingMemoryBound(to: Float.self), count: count))
    }
    return array
}

func loaded(_ path: String) throws -> Module {
    let module = Module(filePath: path, loadMode: .mmap)
    try module.load("forward")
    return module
}

actor DigitsByHand {
    private let model: Module
    init(_ path: String) throws { model = try loaded(path) }

    func predict(_ image: [Float]) throws -> [Float] {
        floats(try model.forward([tensor(image, .float, [1, 1, 8, 8])]))
    }
}

actor MinilmByHand {
    private let model: Module
    init(_ path: String) throws { model = try loaded(path) }

    func predict(_ ids: [Int64], _ mask: [Int64]) throws -> [Float] {
        let shape = [1, ids.count]
        return floats(try model.forward([tensor(ids, .long, shape), tensor(mask, .long, shape)]))
    }
}
