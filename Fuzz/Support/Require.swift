import Glibc

/// Ends the process with a message, in a way that libFuzzer treats as a finding.
func fail(_ message: String) -> Never {
  let bytes = Array(("FINDING: " + message + "\n").utf8)
  _ = unsafe bytes.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
  abort()
}

/// Checks a property that every input must have.
@inline(__always)
func require(_ condition: Bool, _ property: @autoclosure () -> String) {
  if !condition { fail(property()) }
}

/// Checks that a text for terminals and logs contains no control characters or line endings.
func requirePrintable(_ text: String) {
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator:
      fail("a message contains U+\(String(scalar.value, radix: 16)): \(text.debugDescription)")
    default: break
    }
  }
}
