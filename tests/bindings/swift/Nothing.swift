// ONNX Runtime's Swift API carries no other dtypes.
import Foundation

func others(_ folder: URL, _ model: URL) async throws {}
