import Glibc
import Testing

@testable import dkimtool

@Suite("Expansion of arguments to files")
struct MessagePathsTests {
  /// Returns the paths that are found in a directory that a shell command has filled, relative to it.
  private func found(_ command: String, argument: String = "") throws -> [String] {
    let folder = try ToolFolder()
    #expect(try folder.run(command).status == 0)
    let root = folder.path + "/work"
    return MessagePaths.expand([root + argument]).map { found in
      switch found {
      case .file(let path): String(path.dropFirst(root.utf8.count))
      case .unreadable(let path, let reason): "!" + path.dropFirst(root.utf8.count) + ": " + reason
      }
    }
  }

  @Test
  func `for a Maildir: new/ and cur/, nothing else`() throws {
    let made = "mkdir cur new tmp .Sent sub; touch cur/2 cur/1:2,S new/9 tmp/3 .Sent/4 sub/5 index cur/.hidden"
    #expect(try found(made) == ["/new/9", "/cur/1:2,S", "/cur/2"])
  }

  @Test
  func `for any other directory: all files below it, sorted, without tmp and dot files`() throws {
    let made = "mkdir -p b/tmp a/cur; touch z b/2 b/10 b/tmp/x a/cur/1 .hidden"
    #expect(try found(made) == ["/a/cur/1", "/b/10", "/b/2", "/z"])
  }

  @Test
  func `a Maildir below another directory is recognized as well`() throws {
    #expect(try found("mkdir -p m/cur m/new; touch m/cur/1 m/uidlist x") == ["/m/cur/1", "/x"])
  }

  @Test
  func `links to files are followed; links to directories and special files are skipped`() throws {
    let made = "mkdir d; touch d/1; ln -s . d/loop; ln -s d/1 link; ln -s nowhere dangling; mkfifo pipe"
    #expect(try found(made) == ["/d/1", "/link"])
  }

  @Test
  func `a directory without files, and one that is itself called tmp`() throws {
    #expect(try found("mkdir empty", argument: "/empty") == ["!/empty: no files in this directory"])
    #expect(try found("mkdir tmp; touch tmp/1", argument: "/tmp") == ["/tmp/1"])
  }

  @Test
  func `files are used as they are named, whether they exist or not`() throws {
    #expect(MessagePaths.expand(["-", "/no/such/file"]) == [.file("-"), .file("/no/such/file")])
  }
}
