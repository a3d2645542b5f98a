import Glibc
import MilterPeer
import MilterTestSupport
import TestSupport
import Testing

@testable import DKIMCore

extension Faults {
  @Suite("A clock that jumps")
  struct ClockTests {
    /// A preloaded library that moves the wall clock by the number of seconds in a file.
    private static let shim = """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <fcntl.h>
      #include <stdlib.h>
      #include <sys/time.h>
      #include <time.h>
      #include <unistd.h>
      static long offset(void) {
        char text[32] = {0};
        int file = open(getenv("CLOCK_OFFSET"), O_RDONLY | O_CLOEXEC);
        if (file < 0) return 0;
        if (read(file, text, sizeof text - 1) < 0) text[0] = 0;
        close(file);
        return atol(text);
      }
      int clock_gettime(clockid_t clock, struct timespec *time) {
        static int (*real)(clockid_t, struct timespec *);
        if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
        int result = real(clock, time);
        if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += offset();
        return result;
      }
      time_t time(time_t *place) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        if (place) *place = now.tv_sec;
        return now.tv_sec;
      }
      int gettimeofday(struct timeval *restrict place, void *restrict zone) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        place->tv_sec = now.tv_sec;
        place->tv_usec = now.tv_nsec / 1000;
        return 0;
      }
      """

    /// Builds the library if there is a compiler.
    private static func build(in folder: String) async throws -> String? {
      try TestFiles.write(Array(shim.utf8), to: folder + "/clock.c")
      for compiler in ["cc", "clang", "gcc"] {
        let words = [compiler, "-shared", "-fPIC", "-O1", "-o", folder + "/clock.so", folder + "/clock.c", "-ldl"]
        guard let process = try? ChildProcess(words) else { continue }
        if try await process.end(within: .seconds(60)) == 0 { return folder + "/clock.so" }
      }
      return nil
    }

    @Test
    func `years forward and back: mail is processed, connections stay open, and times are those of the clock`()
      async throws
    {
      let folder = try TestFiles.makeFolder("/tmp/dkim-faults-clock-")
      defer { TestFiles.removeFolder(folder) }
      guard let library = try await Self.build(in: folder) else {
        print("skipped: there is no C compiler to make a clock with")
        return
      }
      let offset = folder + "/offset"
      try TestFiles.write(Array("0".utf8), to: offset)
      try await NameService.run { names in
        var setup = MilterSetup("DNSTimeout 2", "On-DNSError accept", "SyslogSuccess yes", "LogFormat json")
        setup.nameServer = names.server
        setup.environment = ["LD_PRELOAD": library, "CLOCK_OFFSET": offset]
        try await Milter.run(setup) { milter in
          let kept = try await MailSession.open(milter)
          for (number, jump) in [3_000_000_000, -1_500_000_000, 0].enumerated() {
            try TestFiles.write(Array("\(jump)".utf8), to: offset)
            try await Self.expectNormal(milter, kept, jump, number)
          }
          try await kept.quit()
          #expect(milter.process.stop() == 0)
        }
      }
    }

    private static func expectNormal(_ milter: Milter, _ kept: MailSession, _ jump: Int, _ number: Int) async throws {
      let (_, traffic) = try await Traffic.beside(milter) {
        // Timeouts are measured with the monotonic clock.
        let start = ContinuousClock.now
        let silent = try Mail.signed("silence", "n\(number).example.com")
        let outcome = try await MailSession.deliver(silent, to: milter, from: MailSession.outside)
        #expect(outcome.words == ["temperror"])
        #expect((1.5...4.0).contains((ContinuousClock.now - start).seconds))
      }
      traffic.expectNormal()
      let outcome = try await kept.deliver(Mail.outgoing(number))
      let wanted = Glibc.time(nil) + jump
      let written = try #require(Self.time(of: outcome))
      #expect(abs(written - wanted) < 60, "t=\(written), and the clock says \(wanted)")
      // A signature with the current time is in the future or in the past there.
      let good = try Mail.signed("good", "n\(number).example.com")
      let verdict = try await MailSession.deliver(good, to: milter, from: MailSession.outside)
      #expect(verdict.words == [jump < -300 ? "policy" : "pass"], "\(jump): \(verdict.results)")
    }

    private static func time(of outcome: PeerOutcome) -> Int? {
      guard let field = outcome.inserted("DKIM-Signature").first else { return nil }
      let tags = field.split { $0 == ";" || $0.isWhitespace }
      return tags.first { $0.hasPrefix("t=") }.flatMap { Int($0.dropFirst(2)) }
    }
  }
}
