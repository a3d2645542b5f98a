import Glibc
import Testing

@testable import dkimtool

@Suite("Which files arguments stand for")
struct MessagePathsTests {
  /// What is found in a folder that was filled by a shell command, relative to it.
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

  @Test("of a Maildir new/ and cur/, nothing else")
  func maildir() throws {
    let made = "mkdir cur new tmp .Sent sub; touch cur/2 cur/1:2,S new/9 tmp/3 .Sent/4 sub/5 index cur/.hidden"
    #expect(try found(made) == ["/new/9", "/cur/1:2,S", "/cur/2"])
  }

  @Test("of other directories all files below, sorted, without tmp and dot files")
  func tree() throws {
    let made = "mkdir -p b/tmp a/cur; touch z b/2 b/10 b/tmp/x a/cur/1 .hidden"
    #expect(try found(made) == ["/a/cur/1", "/b/10", "/b/2", "/z"])
  }

  @Test("a Maildir below another directory is one, too")
  func nested() throws {
    #expect(try found("mkdir -p m/cur m/new; touch m/cur/1 m/uidlist x") == ["/m/cur/1", "/x"])
  }

  @Test("links to files count, links to directories and what is no file do not")
  func links() throws {
    let made = "mkdir d; touch d/1; ln -s . d/loop; ln -s d/1 link; ln -s nowhere dangling; mkfifo pipe"
    #expect(try found(made) == ["/d/1", "/link"])
  }

  @Test("a directory without files, and one that is itself called tmp")
  func single() throws {
    #expect(try found("mkdir empty", argument: "/empty") == ["!/empty: no files in this directory"])
    #expect(try found("mkdir tmp; touch tmp/1", argument: "/tmp") == ["/tmp/1"])
  }

  @Test("files are taken as they are named, there or not")
  func files() throws {
    #expect(MessagePaths.expand(["-", "/no/such/file"]) == [.file("-"), .file("/no/such/file")])
  }
}
