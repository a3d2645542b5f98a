extension AsyncStream<[UInt8]> {
  /// Creates a stream of the body in chunks of a size; the last one may be smaller.
  init(_ body: ArraySlice<UInt8>, chunkSize size: Int) {
    self.init { stream in
      for start in stride(from: body.startIndex, to: body.endIndex, by: size) {
        stream.yield(Array(body[start...].prefix(size)))
      }
      stream.finish()
    }
  }
}
