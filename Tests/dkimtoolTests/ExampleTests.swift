import Testing

@Suite("Examples") struct ExampleTests {
  @Test func whatIsSignedVerifies() throws {
    let folder = try ToolFolder()
    let run = try folder.run("SignAndVerify")
    #expect(run.status == 0)
    #expect(run.output.starts(with: "pass example.com signature verified\n".utf8))
  }

  @Test func verifyingFromDNSWantsAMessage() throws {
    #expect(try ToolFolder().run("VerifyFromDNS").status == 64)
  }
}
