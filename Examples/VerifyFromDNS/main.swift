// Verifies a message file with keys from DNS: `VerifyFromDNS FILE`; the message has CRLF line endings.

import DKIMCore
import DKIMDNS
import Glibc
import NIOPosix
import SystemPackage

guard CommandLine.arguments.count == 2 else { exit(64) }
let file = try FileDescriptor.open(FilePath(CommandLine.arguments[1]), .readOnly)
let size = Int(try file.seek(offset: 0, from: .end))
try file.seek(offset: 0, from: .start)
let message = try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
  count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
}

let keys = DNSKeySource(configuration: try .resolvConf(), group: .singletonMultiThreadedEventLoopGroup)
let report = await Verifier().verify(message, keys: keys, at: .now)
if report.isUnsigned { print("the message is not signed") }
for result in report.results {
  print(result.code, result.tags.domain ?? "-", result.reason)
}
await keys.shutdown()
