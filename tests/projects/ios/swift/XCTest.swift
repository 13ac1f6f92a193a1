// As much of Apple's XCTest as the performance tests use, to check their sources against.
// `declared.toml` holds the same declarations as Apple's documentation shows them, and a test compares.
@_exported import Foundation

public protocol XCTMetric {}
public class XCTClockMetric: NSObject, XCTMetric {}
public class XCTMemoryMetric: NSObject, XCTMetric {}
public class XCTCPUMetric: NSObject, XCTMetric {}
public class XCTestExpectation: NSObject, @unchecked Sendable { public func fulfill() {} }
open class XCTestCase: NSObject {
    public func measure(metrics: [any XCTMetric], block: () -> Void) { block() }
    public func expectation(description: String) -> XCTestExpectation { XCTestExpectation() }
    public func wait(for expectations: [XCTestExpectation], timeout seconds: TimeInterval) {}
}
public func XCTFail(_ message: String = "", file: StaticString = #filePath, line: UInt = #line) {}
public func XCTUnwrap<T>(
    _ expression: @autoclosure () throws -> T?, _ message: @autoclosure () -> String = "",
    file: StaticString = #filePath, line: UInt = #line
) throws -> T { try expression()! }
