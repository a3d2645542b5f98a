/// Paths that may be relative to `BaseDirectory`.
package enum RelativePath {
  package static func resolved(_ path: String, base: String?) -> String {
    guard let base, !base.isEmpty, !path.utf8.starts(with: "/".utf8) else { return path }
    return base.hasSuffix("/") ? base + path : base + "/" + path
  }
}
