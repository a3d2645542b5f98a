import Testing

/// All tests of this target. They run one after another, because many measure time and share two cores.
@Suite("DNS", .serialized)
enum DNSTests {}
