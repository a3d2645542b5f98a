import CProcess
import DKIMConfiguration
import Glibc
import SystemSupport

/// The connection to syslogd: a unix socket that each line is sent to as a datagram. // RFC 3164 §4.1
///
/// No call waits longer than ``timeout``, because a blocked log must not delay mail.
struct SyslogSocket {
  static let standardPath = "/dev/log"
  /// The timeout for sending a line, in microseconds.
  private static let timeout = 100_000

  let path: String
  let facility: SyslogFacility
  let name: String
  private var descriptor: CInt = -1
  /// The last line timed out, so the next ones do not wait.
  private var isStuck = false
  /// The time of the last attempt to connect, in seconds.
  private var lastTry = 0

  init(path: String, facility: SyslogFacility, name: String) {
    self.path = path
    self.facility = facility
    self.name = name
    connectIfNeeded(at: 0)
  }

  /// True if the socket is connected.
  var isConnected: Bool { descriptor >= 0 }

  /// Sends a line; returns false if it was not sent.
  mutating func send(_ line: LogLine, process: pid_t, at time: timespec) -> Bool {
    let bytes = Array(render(line, process: process, at: time).utf8)
    connectIfNeeded(at: time.tv_sec)
    if transmit(bytes) {
      isStuck = false
      return true
    }
    isStuck = errno == EAGAIN
    guard errno != EAGAIN, errno != ENOBUFS, errno != EMSGSIZE else { return false }
    // The daemon was restarted and has a new socket.
    disconnect()
    lastTry = 0
    connectIfNeeded(at: time.tv_sec)
    return transmit(bytes)
  }

  mutating func disconnect() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  private func transmit(_ bytes: [UInt8]) -> Bool {
    guard descriptor >= 0 else {
      errno = ENOTCONN
      return false
    }
    let flags = CInt(MSG_NOSIGNAL) | (isStuck ? CInt(MSG_DONTWAIT) : 0)
    return unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, flags) == bytes.count
    }
  }

  private mutating func connectIfNeeded(at second: Int) {
    guard descriptor < 0, lastTry == 0 || second != lastTry, let address = SocketAddress(pathOrAbstractName: path)
    else { return }
    lastTry = second
    let socket = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return }
    var limit = timeval(tv_sec: 0, tv_usec: Self.timeout)
    unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard unsafe address.withPointer({ unsafe connect(socket, $0, $1) }) == 0 else {
      close(socket)
      return
    }
    descriptor = socket
  }

  /// `<PRI>Mmm dd hh:mm:ss NAME[PID]: TEXT`
  func render(_ line: LogLine, process: pid_t, at time: timespec) -> String {
    var seconds = time.tv_sec
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let month = unsafe months[Int(parts.tm_mon) % 12]
    let day = unsafe parts.tm_mday < 10 ? " \(parts.tm_mday)" : "\(parts.tm_mday)"
    let twoDigits = LogFormat.twoDigits
    let clock = unsafe "\(twoDigits(parts.tm_hour)):\(twoDigits(parts.tm_min)):\(twoDigits(parts.tm_sec))"
    let priority = facility.code | line.event.level.priority
    return "<\(priority)>\(month) \(day) \(clock) \(name)[\(process)]: \(line.text)"
  }
}
