import Glibc

/// Ends the process with a message, in the way libFuzzer takes for a finding.
func fail(_ message: String) -> Never {
  let octets = Array(("FINDING: " + message + "\n").utf8)
  _ = unsafe octets.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  abort()
}

/// A property that has to hold for every input.
@inline(__always)
func require(_ condition: Bool, _ property: @autoclosure () -> String) {
  if !condition { fail(property()) }
}

/// Texts for people go to terminals and logs: no control character and no line end may be in them.
func requirePrintable(_ text: String) {
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator:
      fail("a message holds U+\(String(scalar.value, radix: 16)): \(text.debugDescription)")
    default: break
    }
  }
}
