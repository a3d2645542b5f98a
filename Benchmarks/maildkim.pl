#!/usr/bin/perl
# The same work with Mail::DKIM: same command line, the key record from its resolver, the private key loaded once (its
# API uses a key object). Only RSA: the releases in use do not support ed25519.
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_PROCESS_CPUTIME_ID CLOCK_MONOTONIC);

BEGIN {
  eval { require Mail::DKIM::Signer; require Mail::DKIM::Verifier; require Mail::DKIM::DNS; 1 } or do {
    print STDERR "Mail::DKIM: $@";
    exit 69;
  };
}

# Answers every query with the same TXT record, built once.
package OneRecord;
use Net::DNS;
sub new {
  my ($class, $text) = @_;
  my $reply = Net::DNS::Packet->new('sel._domainkey.example.com', 'TXT');
  my @strings = $text =~ /(.{1,255})/gs;
  $reply->push(answer => Net::DNS::RR->new(
    name => 'sel._domainkey.example.com', type => 'TXT', ttl => 300, txtdata => \@strings));
  return bless {reply => $reply}, $class;
}
sub send { return $_[0]{reply} }
sub errorstring { return 'NOERROR' }

package main;

sub read_file {
  my ($path) = @_;
  open my $file, '<:raw', $path or die "Mail::DKIM: cannot open $path: $!\n";
  local $/;
  return scalar <$file>;
}

sub peak_kb {
  return read_file('/proc/self/status') =~ /^VmHWM:\s*(\d+)/m ? $1 : 0;
}

sub feed {
  my ($dkim, $message) = @_;
  for (my $at = 0; $at < length $$message; $at += 65536) { $dkim->PRINT(substr $$message, $at, 65536) }
  $dkim->CLOSE;
  return $dkim;
}

sub signer {
  my ($message, $canonicalization) = @_;
  my %names = (r => 'relaxed', s => 'simple');
  my $method = join '/', map { $names{$_} } split m{/}, $canonicalization;
  my $key = Mail::DKIM::PrivateKey->load(File => 'keys/rsa2048.pem');
  return sub {
    my $dkim = feed(Mail::DKIM::Signer->new(
      Algorithm => 'rsa-sha256', Method => $method, Domain => 'example.com', Selector => 'sel', Key => $key), $message);
    return $dkim->signature->as_string;
  };
}

sub verifier {
  my ($message) = @_;
  my $record = read_file('keys/rsa2048.txt');
  $record =~ s/\s+\z//;
  Mail::DKIM::DNS::resolver(OneRecord->new($record));
  return sub {
    my $result = feed(Mail::DKIM::Verifier->new, $message)->result_detail;
    die "Mail::DKIM: the signature does not verify: $result\n" unless $result eq 'pass';
  };
}

sub measure {
  my ($work, $seconds, $base) = @_;
  $work->();    # the first message includes lazy loading, so it is not measured
  my $count = $ENV{DKIM_BENCH_COUNT} // 0;
  my ($n, $cpu, $wall) = (0, clock_gettime(CLOCK_PROCESS_CPUTIME_ID), clock_gettime(CLOCK_MONOTONIC));
  do {
    $work->();
    $n++;
  } while ($count ? $n < $count : clock_gettime(CLOCK_MONOTONIC) - $wall < $seconds);
  printf qq({"n":%d,"cpu":%.6f,"wall":%.6f,"rss_kb":%d,"base_kb":%d}\n), $n,
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID) - $cpu, clock_gettime(CLOCK_MONOTONIC) - $wall, peak_kb(), $base;
}

if ("@ARGV" eq 'version') {
  print "$Mail::DKIM::Signer::VERSION\n";
  exit 0;
}
@ARGV == 5 or die "usage: $0 sign|verify|emit MESSAGE HC/BC rsa|ed SECONDS\n";
my ($mode, $path, $canonicalization, $algorithm, $seconds) = @ARGV;
if ($algorithm ne 'rsa') {
  print STDERR "Mail::DKIM: only RSA is measured\n";
  exit 69;
}
my $message = read_file($path);
my $work = $mode eq 'verify' ? verifier(\$message) : signer(\$message, $canonicalization);
if ($mode eq 'emit') { binmode STDOUT; print $work->(), "\r\n", $message }
else { measure($work, $seconds, peak_kb()) }
