// What generated Swift calls of Microsoft's module OnnxRuntimeBindings, with the same signatures,
// over the C API of the wheel's library. Its classes are not Sendable, like the real ones.
// `declared.toml` holds what the real one declares, and a test compares.
import COnnxRuntime
import Foundation

public enum ORTLoggingLevel: UInt32, Sendable { case verbose, info, warning, error, fatal }

public enum ORTTensorElementDataType: Int32, Sendable {
    case undefined, float, int8, uInt8, int32, uInt32, int64, uInt64, string
}

public func ORTVersion() -> String? {
    OrtGetApiBase()?.pointee.GetVersionString().map { String(cString: $0) }
}

private let ours: [(ORTTensorElementDataType, ONNXTensorElementDataType, width: Int)] = [
    (.float, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, 4),
    (.int8, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8, 1),
    (.uInt8, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, 1),
    (.int32, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32, 4),
    (.uInt32, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32, 4),
    (.int64, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, 8),
    (.uInt64, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64, 8),
    (.string, ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, 0),
]

nonisolated(unsafe) private let api: UnsafePointer<OrtApi> = {
    guard let found = OrtGetApiBase()?.pointee.GetApi(UInt32(ORT_API_VERSION)) else {
        fatalError("the library is older than its header")
    }
    return found
}()

private func check(_ status: OpaquePointer?) throws {
    guard let status else { return }
    defer { api.pointee.ReleaseStatus(status) }
    let said = api.pointee.GetErrorMessage(status).map { String(cString: $0) } ?? ""
    throw NSError(domain: "onnxruntime", code: 1, userInfo: [NSLocalizedDescriptionKey: said])
}

private func made(_ make: (inout OpaquePointer?) -> OpaquePointer?) throws -> OpaquePointer {
    var pointer: OpaquePointer?
    try check(make(&pointer))
    guard let pointer else { fatalError("success, and nothing made") }
    return pointer
}

open class ORTEnv: NSObject {
    let pointer: OpaquePointer

    public init(loggingLevel: ORTLoggingLevel) throws {
        let level = OrtLoggingLevel(rawValue: loggingLevel.rawValue)
        pointer = try made { api.pointee.CreateEnv(level, "swift", &$0) }
    }

    deinit { api.pointee.ReleaseEnv(pointer) }
}

// Not an NSObject: its `init` throws on Apple's systems, which Linux' NSObject has no room for.
open class ORTSessionOptions {
    let pointer: OpaquePointer

    public init() throws { pointer = try made { api.pointee.CreateSessionOptions(&$0) } }

    deinit { api.pointee.ReleaseSessionOptions(pointer) }
}

open class ORTRunOptions {}

open class ORTTensorTypeAndShapeInfo: NSObject {
    public let elementType: ORTTensorElementDataType
    public let shape: [NSNumber]

    init(_ elementType: ORTTensorElementDataType, _ shape: [NSNumber]) {
        self.elementType = elementType
        self.shape = shape
    }
}

open class ORTValue: NSObject {
    let pointer: OpaquePointer
    private let memory: NSMutableData?

    init(owned: OpaquePointer) {
        pointer = owned
        memory = nil
    }

    public init(tensorData: NSMutableData, elementType: ORTTensorElementDataType, shape: [NSNumber]) throws {
        let place = try made { api.pointee.CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeCPU, &$0) }
        defer { api.pointee.ReleaseMemoryInfo(place) }
        let sizes = shape.map(\.int64Value)
        let type = ours.first { $0.0 == elementType }?.1 ?? ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED
        pointer = try made {
            api.pointee.CreateTensorWithDataAsOrtValue(
                place, tensorData.mutableBytes, tensorData.length, sizes, sizes.count, type, &$0)
        }
        memory = tensorData
    }

    public init(tensorStringData: [String], shape: [NSNumber]) throws {
        var allocator: UnsafeMutablePointer<OrtAllocator>?
        try check(api.pointee.GetAllocatorWithDefaultOptions(&allocator))
        let sizes = shape.map(\.int64Value)
        pointer = try made {
            api.pointee.CreateTensorAsOrtValue(
                allocator, sizes, sizes.count, ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING, &$0)
        }
        memory = nil
        let texts = tensorStringData.map { UnsafePointer(strdup($0)) }
        defer { texts.forEach { free(UnsafeMutablePointer(mutating: $0)) } }
        try check(api.pointee.FillStringTensor(pointer, texts, texts.count))
    }

    deinit { api.pointee.ReleaseValue(pointer) }

    public func tensorStringData() throws -> [String] {
        let count = try tensorTypeAndShapeInfo().shape.reduce(1) { $0 * $1.intValue }
        var length = 0
        try check(api.pointee.GetStringTensorDataLength(pointer, &length))
        var bytes = [UInt8](repeating: 0, count: length)
        var starts = [Int](repeating: 0, count: count)
        try check(api.pointee.GetStringTensorContent(pointer, &bytes, length, &starts, count))
        return starts.enumerated().map { at, start in
            String(decoding: bytes[start..<(at + 1 < count ? starts[at + 1] : length)], as: UTF8.self)
        }
    }

    public func tensorTypeAndShapeInfo() throws -> ORTTensorTypeAndShapeInfo {
        let info = try made { api.pointee.GetTensorTypeAndShape(pointer, &$0) }
        defer { api.pointee.ReleaseTensorTypeAndShapeInfo(info) }
        var type = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED
        try check(api.pointee.GetTensorElementType(info, &type))
        var rank = 0
        try check(api.pointee.GetDimensionsCount(info, &rank))
        var sizes = [Int64](repeating: 0, count: rank)
        try check(api.pointee.GetDimensions(info, &sizes, rank))
        let found = ours.first { $0.1 == type }?.0 ?? .undefined
        return ORTTensorTypeAndShapeInfo(found, sizes.map { NSNumber(value: $0) })
    }

    public func tensorData() throws -> NSMutableData {
        let info = try tensorTypeAndShapeInfo()
        let width = ours.first { $0.0 == info.elementType }?.width ?? 0
        var start: UnsafeMutableRawPointer?
        try check(api.pointee.GetTensorMutableData(pointer, &start))
        let length = info.shape.reduce(width) { $0 * $1.intValue }
        guard let start else { return NSMutableData() }
        return NSMutableData(bytesNoCopy: start, length: length, freeWhenDone: false)
    }
}

open class ORTSession: NSObject {
    private let pointer: OpaquePointer
    private let environment: ORTEnv

    public init(env: ORTEnv, modelPath: String, sessionOptions: ORTSessionOptions?) throws {
        let options = try sessionOptions ?? ORTSessionOptions()
        pointer = try made { api.pointee.CreateSession(env.pointer, modelPath, options.pointer, &$0) }
        environment = env
    }

    deinit { api.pointee.ReleaseSession(pointer) }

    public func run(
        withInputs inputs: [String: ORTValue], outputNames: Set<String>, runOptions: ORTRunOptions?
    ) throws -> [String: ORTValue] {
        let (given, wanted) = (Array(inputs), Array(outputNames))
        let names = (given.map(\.key) + wanted).map { UnsafePointer(strdup($0)) }
        defer { names.forEach { free(UnsafeMutablePointer(mutating: $0)) } }
        let values: [OpaquePointer?] = given.map(\.value.pointer)
        var answers = [OpaquePointer?](repeating: nil, count: wanted.count)
        try withExtendedLifetime(inputs) {
            try check(
                api.pointee.Run(
                    pointer, nil, Array(names[..<given.count]), values, values.count,
                    Array(names[given.count...]), wanted.count, &answers))
        }
        let found = answers.compactMap { $0 }.map { ORTValue(owned: $0) }
        return Dictionary(uniqueKeysWithValues: zip(wanted, found))
    }
}
