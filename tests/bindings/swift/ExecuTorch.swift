// What generated Swift calls of Apple's module ExecuTorch, with the same signatures, over the C++
// SDK of the wheel. Like the real one, it exports Foundation, and its classes are not Sendable.
// `declared.toml` holds what the real one declares, and a test compares.
import CExecuTorch
@_exported import Foundation

public enum DataType: Int8, Sendable {
    case byte, char, short, int, long, half, float, double
    case complexHalf, complexFloat, complexDouble, bool
    case uInt16 = 27
    case uInt32, uInt64
}

public enum ShapeDynamism: UInt8, Sendable {
    case `static`, dynamicBound, dynamicUnbound
}

public enum ModuleLoadMode: Int, Sendable {
    case file, mmap, mmapUseMlock, mmapUseMlockIgnoreErrors
}

public struct ErrorCode: CustomNSError, CustomStringConvertible {
    public enum Code: Int, Sendable {
        case operatorMissing = 20
        case notFound = 32
        case invalidProgram = 35
        case delegateInvalidCompatibility = 48
    }

    public static var operatorMissing: Code { .operatorMissing }
    public static var notFound: Code { .notFound }
    public static var invalidProgram: Code { .invalidProgram }
    public static var delegateInvalidCompatibility: Code { .delegateInvalidCompatibility }
    public static var errorDomain: String { "org.pytorch.executorch.error" }
    public let errorCode: Int
    public var description: String { "error \(errorCode)" }
}

/// It hides Swift's protocol of this name from whoever imports the module.
public func Error(code: ErrorCode.Code) -> any Swift.Error { ErrorCode(errorCode: code.rawValue) }

public final class AnyTensor: NSObject {
    public let shape: [Int]
    public let dataType: DataType
    let memory: UnsafeMutableRawBufferPointer

    private init(_ shape: [Int], _ dataType: DataType) {
        self.shape = shape
        self.dataType = dataType
        let bytes = shape.reduce(1, *) * AnyTensor.width(dataType)
        memory = .allocate(byteCount: max(bytes, 1), alignment: 16)
    }

    public convenience init(
        bytes pointer: UnsafeRawPointer, shape: [Int], strides: [Int] = [], dimensionOrder: [Int] = [],
        dataType: DataType, shapeDynamism: ShapeDynamism = .dynamicBound
    ) {
        self.init(shape, dataType)
        memory.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: count * AnyTensor.width(dataType)))
    }

    deinit { memory.deallocate() }

    public var count: Int { shape.reduce(1, *) }

    public static func empty(
        shape: [Int], strides: [Int] = [], dataType: DataType, shapeDynamism: ShapeDynamism = .dynamicBound
    ) -> AnyTensor {
        AnyTensor(shape, dataType)
    }

    public func bytes(_ handler: (UnsafeRawPointer, Int, DataType) -> Void) {
        guard let start = memory.baseAddress else { return }
        handler(UnsafeRawPointer(start), count, dataType)
    }

    private static func width(_ type: DataType) -> Int {
        switch type {
        case .byte, .char, .bool: return 1
        case .short, .half, .uInt16: return 2
        case .int, .float, .uInt32: return 4
        default: return 8
        }
    }
}

public protocol ValueConvertible { func asValue() -> Value }

public final class Value: NSObject {
    public let anyTensor: AnyTensor?

    init(_ tensor: AnyTensor?) { anyTensor = tensor }
}

extension AnyTensor: ValueConvertible {
    public func asValue() -> Value { Value(self) }
}

open class Module: NSObject {
    private let handle: OpaquePointer

    public init(filePath: String, loadMode: ModuleLoadMode) {
        handle = module_open(filePath, Int32(loadMode.rawValue))
    }

    deinit { module_close(handle) }

    public func load(_ method: String) throws {
        try Module.check(module_load_method(handle, method))
    }

    public func execute(_ method: String, _ inputs: [ValueConvertible]) throws -> [Value] {
        let tensors = inputs.compactMap { $0.asValue().anyTensor }
        let told = tensors.map { tensor in
            var one = module_tensor()
            one.type = Int32(tensor.dataType.rawValue)
            one.rank = Int32(tensor.shape.count)
            withUnsafeMutableBytes(of: &one.sizes) { bytes in
                for (axis, size) in tensor.shape.enumerated() {
                    bytes.storeBytes(of: Int32(size), toByteOffset: 4 * axis, as: Int32.self)
                }
            }
            one.data = UnsafeRawPointer(tensor.memory.baseAddress)
            return one
        }
        try withExtendedLifetime(tensors) { try Module.check(module_execute(handle, method, told, told.count)) }
        return (0..<module_answers(handle)).map { Value(Module.tensor(module_answer(handle, $0))) }
    }

    public func forward(_ inputs: [ValueConvertible]) throws -> [Value] { try execute("forward", inputs) }

    private static func tensor(_ told: module_tensor) -> AnyTensor? {
        guard let type = DataType(rawValue: Int8(told.type)), let data = told.data else { return nil }
        let shape = withUnsafeBytes(of: told.sizes) { bytes in
            (0..<Int(told.rank)).map { Int(bytes.load(fromByteOffset: 4 * $0, as: Int32.self)) }
        }
        return AnyTensor(bytes: data, shape: shape, dataType: type)
    }

    private static func check(_ code: Int32) throws {
        if code != 0 { throw ErrorCode(errorCode: Int(code)) }
    }
}
