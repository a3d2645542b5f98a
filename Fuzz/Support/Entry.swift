import Glibc

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // libFuzzer's memory is only valid during the call.
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  if let style = Setting.stretch {
    for stretched in Stretch.inputs(from: input, style: style) { Setting.target.run(stretched) }
  } else {
    Setting.target.run(input)
  }
  return 0
}

/// What the environment says.
private enum Setting {
  /// `FUZZ_TARGET`: the target's name.
  static let target: FuzzTarget = {
    let name = text("FUZZ_TARGET") ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let known = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
      fail("FUZZ_TARGET is \"\(name)\"; the targets are: \(known)")
    }
    return target
  }()

  /// `FUZZ_STRETCH`: run long inputs made from each input, and not the input itself.
  static let stretch: Int? = text("FUZZ_STRETCH").flatMap { Int($0) }

  private static func text(_ name: String) -> String? {
    // Nothing here changes the environment.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
