// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors only if `DKIM_STRICT` is set, as in continuous integration: a new warning of a
/// newer compiler must not prevent users from building.
let warnings: [SwiftSetting] =
  Context.environment["DKIM_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

let common: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + warnings

/// In modules with these settings, every use of an unsafe construct must be marked `unsafe`.
let memorySafe: [SwiftSetting] = common + [.strictMemorySafety()]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let inMemoryLogging: Target.Dependency = .product(name: "InMemoryLogging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "dkim",
  products: [
    .library(name: "DKIMCore", targets: ["DKIMCore"]),
    .library(name: "DKIMDNS", targets: ["DKIMDNS"]),
    .library(name: "DKIMDiagnostics", targets: ["DKIMDiagnostics"]),
    .library(name: "Milter", targets: ["Milter"]),
    .library(name: "MilterPeer", targets: ["MilterPeer"]),
    .executable(name: "dkim-milter", targets: ["dkim-milter"]),
    .executable(name: "dkimtool", targets: ["dkimtool"]),
    .executable(name: "milter-load", targets: ["milter-load"]),
  ],
  traits: [
    .trait(name: "BerkeleyDB", description: "Data sets db: in Berkeley DB files (libdb5.3-dev)"),
    .trait(name: "Erlang", description: "Data sets erlang: served by functions on Erlang nodes (erlang-dev)"),
    .trait(name: "LDAP", description: "Data sets ldap:, ldaps: and ldapi: (libldap-dev)"),
    .trait(name: "LMDB", description: "Data sets mdb: (liblmdb-dev)"),
    .trait(name: "Lua", description: "Data sets lua: served by Lua scripts (liblua5.4-dev)"),
    .trait(name: "MariaDB", description: "Data sets dsn:mysql: (libmariadb-dev)"),
    .trait(name: "OpenDBX", description: "Data sets dsn: of other databases, by OpenDBX (libopendbx1-dev)"),
    .trait(name: "PostgreSQL", description: "Data sets dsn:pgsql: (libpq-dev)"),
    .trait(name: "SQLite", description: "Data sets dsn:sqlite3: (libsqlite3-dev)"),
    .trait(name: "Unbound", description: "DNSSEC validated in the process by libunbound (libunbound-dev)"),
    .trait(name: "UnixODBC", description: "Data sets dsn:odbc: (unixodbc-dev)"),
    .trait(
      name: "SQL", description: "Data sets dsn: of all databases except those that need OpenDBX",
      enabledTraits: ["MariaDB", "PostgreSQL", "SQLite", "UnixODBC"]),
    .trait(
      name: "AllBackends", description: "All kinds of data sets, and libunbound",
      enabledTraits: ["BerkeleyDB", "Erlang", "LDAP", "LMDB", "Lua", "OpenDBX", "SQL", "Unbound"]),
    .default(enabledTraits: []),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.7.1"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.86.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.6.0"),
  ],
  targets: [
    // System libraries
    .systemLibrary(
      name: "COpenSSL", path: "Sources/SystemLibraries/COpenSSL", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CLDNS", path: "Sources/SystemLibraries/CLDNS", pkgConfig: "ldns", providers: [.apt(["libldns-dev"])]),
    .systemLibrary(name: "CProcess", path: "Sources/SystemLibraries/CProcess"),
    .systemLibrary(name: "CUnbound", path: "Sources/SystemLibraries/CUnbound"),
    .systemLibrary(
      name: "CTLS", path: "Sources/SystemLibraries/CTLS", pkgConfig: "libssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CBerkeleyDB", path: "Sources/SystemLibraries/CBerkeleyDB"),
    .systemLibrary(name: "CErlang", path: "Sources/SystemLibraries/CErlang"),
    .systemLibrary(name: "CLDAP", path: "Sources/SystemLibraries/CLDAP"),
    .systemLibrary(name: "CLMDB", path: "Sources/SystemLibraries/CLMDB"),
    .systemLibrary(name: "CLua", path: "Sources/SystemLibraries/CLua"),
    .systemLibrary(name: "CMariaDB", path: "Sources/SystemLibraries/CMariaDB"),
    .systemLibrary(name: "COpenDBX", path: "Sources/SystemLibraries/COpenDBX"),
    .systemLibrary(name: "CPostgreSQL", path: "Sources/SystemLibraries/CPostgreSQL"),
    .systemLibrary(name: "CSQLite", path: "Sources/SystemLibraries/CSQLite"),
    .systemLibrary(name: "CUnixODBC", path: "Sources/SystemLibraries/CUnixODBC"),

    // Libraries; each depends only on libraries above it
    .target(name: "DKIMCore", dependencies: ["COpenSSL"], swiftSettings: memorySafe),
    .target(name: "SystemSupport", dependencies: [systemPackage], swiftSettings: memorySafe),
    .target(
      name: "DKIMDNS",
      dependencies: [
        "DKIMCore", "SystemSupport", "CLDNS", .target(name: "CUnbound", condition: .when(traits: ["Unbound"])), logging,
        nioCore, nioPosix, systemPackage,
      ],
      swiftSettings: memorySafe),
    .target(name: "DKIMDiagnostics", dependencies: ["DKIMCore"], swiftSettings: memorySafe),
    .target(name: "Milter", dependencies: [logging, nioCore], swiftSettings: memorySafe),
    .target(name: "MilterPeer", dependencies: ["Milter", nioCore, nioPosix], swiftSettings: memorySafe),
    .target(
      name: "DKIMConfiguration", dependencies: ["DKIMCore", "SystemSupport", systemPackage],
      swiftSettings: memorySafe),
    .target(
      name: "DKIMDataSets",
      dependencies: [
        "DKIMCore", "DKIMConfiguration", "SystemSupport", "CProcess", "CTLS",
        .target(name: "CBerkeleyDB", condition: .when(traits: ["BerkeleyDB"])),
        .target(name: "CErlang", condition: .when(traits: ["Erlang"])),
        .target(name: "CLDAP", condition: .when(traits: ["LDAP"])),
        .target(name: "CLMDB", condition: .when(traits: ["LMDB"])),
        .target(name: "CLua", condition: .when(traits: ["Lua"])),
        .target(name: "CMariaDB", condition: .when(traits: ["MariaDB"])),
        .target(name: "COpenDBX", condition: .when(traits: ["OpenDBX"])),
        .target(name: "CPostgreSQL", condition: .when(traits: ["PostgreSQL"])),
        .target(name: "CSQLite", condition: .when(traits: ["SQLite"])),
        .target(name: "CUnixODBC", condition: .when(traits: ["UnixODBC"])),
        nioCore, nioPosix, systemPackage,
      ],
      swiftSettings: memorySafe),
    .target(
      name: "DKIMMilter",
      dependencies: [
        "DKIMCore", "DKIMDNS", "DKIMConfiguration", "DKIMDataSets", "Milter", "SystemSupport", "CProcess", nioCore,
        nioPosix, systemPackage,
      ],
      swiftSettings: memorySafe),

    // Programs
    .executableTarget(name: "dkim-milter", dependencies: ["DKIMMilter"], swiftSettings: common),
    .executableTarget(
      name: "dkimtool",
      dependencies: [
        "DKIMCore", "DKIMDNS", "DKIMDiagnostics", "DKIMConfiguration", "DKIMDataSets", "DKIMMilter", "Milter",
        "SystemSupport", argumentParser, nioCore, nioPosix, systemPackage,
      ],
      swiftSettings: common),
    .executableTarget(
      name: "milter-load",
      dependencies: ["Milter", "MilterPeer", argumentParser, nioCore, nioPosix, systemPackage], swiftSettings: common),

    // Code shared by tests. These are test targets, too, so that only a build of the tests compiles them.
    .testTarget(
      name: "TestSupport", dependencies: ["DKIMCore", "DKIMDNS", nioCore, nioPosix, systemPackage],
      swiftSettings: common),
    .testTarget(
      name: "MilterTestSupport",
      dependencies: ["DKIMCore", "DKIMDNS", "Milter", "MilterPeer", "TestSupport", nioCore], swiftSettings: common),
    .testTarget(
      name: "DataSetTestSupport", dependencies: ["DKIMConfiguration", "TestSupport", systemPackage],
      swiftSettings: common),

    // Tests
    .testTarget(
      name: "DKIMCoreTests", dependencies: ["DKIMCore", "TestSupport", systemPackage], swiftSettings: common),
    .testTarget(
      name: "DKIMDNSTests",
      dependencies: [
        "DKIMDNS", "DKIMCore", "SystemSupport", "TestSupport", inMemoryLogging, logging, nioCore, nioPosix,
        systemPackage,
      ],
      exclude: ["Zones"],
      swiftSettings: common),
    .testTarget(
      name: "DKIMDiagnosticsTests", dependencies: ["DKIMDiagnostics", "DKIMCore", "DKIMDNS"], swiftSettings: common),
    .testTarget(
      name: "MilterTests",
      dependencies: [
        "Milter", "MilterPeer", "TestSupport", inMemoryLogging, logging, nioCore, nioEmbedded, nioPosix, systemPackage,
      ],
      swiftSettings: common),
    .testTarget(
      name: "DKIMConfigurationTests",
      dependencies: ["DKIMConfiguration", "DKIMCore", "SystemSupport", "TestSupport", systemPackage],
      swiftSettings: common),
    .testTarget(
      name: "DataSetTests",
      dependencies: [
        "DataSetTestSupport", "DKIMDataSets", "DKIMConfiguration", "DKIMCore", "Milter", "MilterPeer",
        "MilterTestSupport", "SystemSupport", "TestSupport", nioCore, nioPosix, systemPackage,
      ], swiftSettings: common),
    .testTarget(
      name: "DKIMMilterTests",
      dependencies: [
        "CProcess", "DKIMMilter", "DKIMConfiguration", "DKIMCore", "DKIMDNS", "DKIMDataSets", "Milter", "MilterPeer",
        "TestSupport", nioCore, nioPosix, systemPackage,
      ], swiftSettings: common),
    .testTarget(
      name: "dkimtoolTests",
      dependencies: ["dkimtool", "DKIMCore", "DKIMDNS", "DKIMDiagnostics", "DKIMMilter", "TestSupport", systemPackage],
      swiftSettings: common),
    .testTarget(
      name: "FaultTests",
      dependencies: [
        "DKIMCore", "DKIMDNS", "Milter", "MilterPeer", "MilterTestSupport", "TestSupport", nioCore, nioPosix,
        systemPackage,
      ],
      exclude: ["README.md"], swiftSettings: common),
    .testTarget(
      name: "InteropTests",
      dependencies: [
        "DataSetTestSupport", "DKIMConfiguration", "DKIMCore", "DKIMDNS", "MilterPeer", "MilterTestSupport",
        "TestSupport", systemPackage,
      ],
      exclude: ["README.md", "peers", "Mail/peers"], swiftSettings: common),
  ]
)
