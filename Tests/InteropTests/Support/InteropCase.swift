import Glibc
import Testing
import TestSupport

/// One message of a run, with everything needed to reproduce it.
struct InteropCase {
  let number: Int
  let message: GeneratedMessage
  let plans: [SignaturePlan]

  /// - Parameter defects: known defects of the peer, whose shapes are avoided.
  static func draw(_ number: Int, role: KnownDefect.Role, defects: [KnownDefect], most: Int = 3) -> InteropCase {
    var random = SeededGenerator(seed: Run.seed &+ UInt64(number) &* 1_000_003)
    var plans = [SignaturePlan.draw(&random, role: role, avoiding: defects)]
    if most > 1, random.oneIn(5) {
      for _ in 1..<random.number(2...most) {
        var plan = SignaturePlan.draw(&random, role: role, avoiding: defects)
        plan.shapes.insert(.severalSignatures)
        plans.append(plan)
      }
    }
    let planned = plans.reduce(into: Set()) { $0.formUnion($1.shapes) }
    let avoided = defects.map { $0.shapes.subtracting(planned) }.filter { $0.count == 1 }
    var generator = MessageGenerator(random, avoiding: avoided.reduce(into: []) { $0.formUnion($1) })
    return InteropCase(number: number, message: generator.message(), plans: plans)
  }

  var shapes: Set<Shape> { plans.reduce(into: message.shapes) { $0.formUnion($1.shapes) } }

  /// A description for the report of a failure.
  var comment: Comment {
    let plans = plans.map { "\($0.key.name) c=\($0.canonicalization) s=\($0.selector) d=\($0.domain)" }
    let shapes = shapes.map(\.rawValue).sorted().joined(separator: " ")
    return "DKIM_INTEROP_SEED=\(Run.seed), message \(number): \(plans.joined(separator: "; ")); \(shapes)"
  }

  /// Saves the message in the directory DKIM_INTEROP_KEEP.
  func keep(_ bytes: [UInt8], _ peer: String) {
    guard let folder = Run.keepFolder else { return }
    let name = String(peer.map { $0.isLetter ? $0 : "_" })
    try? TestFile.write(bytes, to: "\(folder)/\(name)-\(Run.seed)-\(number).eml")
  }

  static func now() -> UInt64 { UInt64(time(nil)) }
}
