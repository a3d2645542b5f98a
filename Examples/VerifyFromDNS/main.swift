// Verifies a message file with keys from DNS: `VerifyFromDNS FILE`.

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
for result in await Verifier(keys: keys).verify(message, at: Timestamp(UInt64(time(nil)))) {
  print(result.code, result.tags.domain ?? "-", result.reason)
}
await keys.shutdown()
