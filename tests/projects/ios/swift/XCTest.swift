// As much of Apple's XCTest as the performance tests use, to check their sources against.
@_exported import Foundation

public protocol XCTMetric {}
public struct XCTClockMetric: XCTMetric { public init() {} }
public struct XCTMemoryMetric: XCTMetric { public init() {} }
public struct XCTCPUMetric: XCTMetric { public init() {} }
public final class XCTestExpectation: @unchecked Sendable { public func fulfill() {} }
open class XCTestCase {
    public init() {}
    public func measure(metrics: [any XCTMetric], block: () -> Void) { block() }
    public func expectation(description: String) -> XCTestExpectation { XCTestExpectation() }
    public func wait(for expectations: [XCTestExpectation], timeout: TimeInterval) {}
}
public func XCTFail(_ message: String = "") {}
public func XCTUnwrap<T>(_ expression: @autoclosure () throws -> T?) throws -> T { try expression()! }
