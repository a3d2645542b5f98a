// Signs a message with an RSA key that this program never sees: a child process, here OpenSSL, signs the digests.
// `SignWithAgent KEYFILE DOMAIN SELECTOR < message.eml > signed.eml`; the message has CRLF line endings.

import DKIMCore
import Foundation

struct AgentError: Error {
  let status: Int32
}

struct AgentKey: ExternalSigningKey {
  let type = KeyType.rsa
  let publicKey: [UInt8]
  private let file: String

  init(file: String) throws {
    self.file = file
    publicKey = try Self.openssl(["pkey", "-in", file, "-pubout", "-outform", "DER"])
  }

  func sign(digest: [UInt8]) async throws -> [UInt8] {
    try Self.openssl(["pkeyutl", "-sign", "-inkey", file, "-pkeyopt", "digest:sha256"], input: digest)
  }

  /// Runs a command and returns its output. It blocks the thread, which a server must not do.
  private static func openssl(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let (process, standardInput, standardOutput) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: input)
    try standardInput.fileHandleForWriting.close()
    let output = try standardOutput.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw AgentError(status: process.terminationStatus) }
    return [UInt8](output)
  }
}

let arguments = CommandLine.arguments
guard arguments.count == 4 else { fatalError("usage: SignWithAgent KEYFILE DOMAIN SELECTOR") }
let request = try SigningRequest(
  domain: try DomainName(arguments[2]), selector: try Selector(arguments[3]),
  externalKey: try AgentKey(file: arguments[1]))
let message = [UInt8](try FileHandle.standardInput.readToEnd() ?? Data())
let now = Timestamp(UInt64(Date().timeIntervalSince1970))
let fields = try await Signer([request]).signWithExternalKeys(message, at: now)
try FileHandle.standardOutput.write(contentsOf: Data(fields.flatMap(\.bytes) + message))
