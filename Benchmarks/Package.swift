// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "dkim", path: ".."),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
  ],
  targets: [
    .executableTarget(
      name: "dkim-bench",
      dependencies: [
        .product(name: "DKIMCore", package: "dkim"), .product(name: "SystemPackage", package: "swift-system"),
      ],
      path: "dkim-bench")
  ]
)
