import Testing

/// The program under attack and fault: one process for each test, on loopback and in a folder of its own.
@Suite(.serialized, .timeLimit(.minutes(5)))
enum Faults {}
