import DKIMMilter
import Glibc

/// The milter: `MilterProgram` does everything.
@main
struct DKIMMilterCommand {
  static func main() { exit(MilterProgram.run(CommandLine.arguments)) }
}
