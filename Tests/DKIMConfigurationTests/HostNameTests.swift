import SystemSupport
import TestSupport
import Testing

@Suite("The name of this host")
struct HostNameTests {
  @Test func `the host name is the one from the kernel`() throws {
    let kernel = String(decoding: try TestFiles.read("/proc/sys/kernel/hostname"), as: UTF8.self)
    #expect(HostName.own + "\n" == kernel)
  }
}
