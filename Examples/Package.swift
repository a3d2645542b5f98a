// swift-tools-version: 6.2
import PackageDescription

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let dkimCore: Target.Dependency = .product(name: "DKIMCore", package: "dkim")
let dkimDNS: Target.Dependency = .product(name: "DKIMDNS", package: "dkim")

let package = Package(
  name: "examples",
  dependencies: [
    .package(name: "dkim", path: ".."),
    .package(url: "https://github.com/apple/swift-nio", from: "2.86.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
  ],
  targets: [
    .executableTarget(name: "SignAndVerify", dependencies: [dkimCore, dkimDNS], path: "SignAndVerify"),
    .executableTarget(name: "SignWithAgent", dependencies: [dkimCore], path: "SignWithAgent"),
    .executableTarget(
      name: "VerifyFromDNS",
      dependencies: [dkimCore, dkimDNS, nioPosix, .product(name: "SystemPackage", package: "swift-system")],
      path: "VerifyFromDNS"),
    .executableTarget(
      name: "SubjectMilter", dependencies: [.product(name: "Milter", package: "dkim"), nioCore, nioPosix],
      path: "SubjectMilter"),
  ]
)
