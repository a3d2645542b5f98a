import Testing

/// All tests of this target, one after the other: many measure time, and share two cores.
@Suite("DNS", .serialized)
enum DNSTests {}
