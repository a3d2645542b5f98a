import Glibc

/// The function that libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // libFuzzer's memory is valid only during the call.
  let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
  if let style = Setting.stretch {
    for stretched in Stretch.inputs(from: input, style: style) { Setting.target.run(stretched) }
  } else {
    Setting.target.run(input)
  }
  return 0
}

/// Options from environment variables.
private enum Setting {
  /// `FUZZ_TARGET`: the target's name.
  static let target: FuzzTarget = {
    let name = text("FUZZ_TARGET") ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
      let known = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
      fail("FUZZ_TARGET is \"\(name)\", which is not a target; use one of: \(known)")
    }
    return target
  }()

  /// `FUZZ_STRETCH`: run long inputs made from each input, instead of the input itself.
  static let stretch: Int? = text("FUZZ_STRETCH").flatMap { Int($0) }

  private static func text(_ name: String) -> String? {
    // No code here changes the environment.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
