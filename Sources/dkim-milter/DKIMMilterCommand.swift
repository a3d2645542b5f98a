import ArgumentParser

@main
struct DKIMMilterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "dkim-milter")
}
