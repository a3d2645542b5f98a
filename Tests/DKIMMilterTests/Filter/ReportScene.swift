import DKIMConfiguration
import DKIMCore

@testable import DKIMMilter

/// A scene that sends reports, with a message from example.com whose signer asks for them.
struct ReportScene {
  var scene = FilterScene()
  var mail: FilterScene.Mail

  /// - Parameter signs: changes the signing request.
  init(
    _ mail: FilterScene.Mail = FilterScene.plain, at time: Timestamp = FilterScene.time, lifetime: Duration? = nil,
    _ signs: (inout SigningRequest) -> Void = { _ in }
  ) throws {
    scene.configuration.reports.isEnabled = true
    scene.configuration.reports.from = "Postmaster <postmaster@mx.example.org>"
    scene.configuration.reports.envelopeSender = "postmaster@mx.example.org"
    var request = try SigningRequest(
      domain: try DomainName("example.com"), selector: try Selector("sel"), key: try SigningKey.generate(.ed25519),
      lifetime: lifetime)
    request.requestsReports = true
    signs(&request)
    try scene.publish(request)
    self.mail = try mail.signed([request], at: time)
  }

  /// Runs the message with another body.
  func incident(body: String = "Changed\r\n") async -> FailureIncident? {
    var changed = mail
    changed.body = body
    return await scene.run(changed).incidents.first
  }

  /// Runs the message with another Subject field.
  func headerIncident() async -> FailureIncident? {
    var changed = mail
    for index in changed.fields.indices where changed.fields[index].name == "Subject" {
      changed.fields[index].value = " Changed"
    }
    return await scene.run(changed).incidents.first
  }

  static func answer(_ records: String...) -> KeyAnswer { .records(records.map { Array($0.utf8) }, secure: false) }
}
