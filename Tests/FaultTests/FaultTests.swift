import TestSupport
import Testing

/// The program under attacks and faults: each test has its own process, on loopback and in a separate directory.
@Suite(.serialized, .timeLimit(.minutes(5)), .measuresTime)
enum Faults {}
