#!/usr/bin/perl
# Mail::DKIM, with requests on standard input; the frames are described in ../README.md.
# `--check` only reports whether Mail::DKIM is installed.
use strict;
use warnings;

use Mail::DKIM::DNS;
use Mail::DKIM::PrivateKey;
use Mail::DKIM::Signer;
use Mail::DKIM::Verifier;

my (%zone, %keys);

# Responses from the zone; a TXT record is split into strings of 255 bytes, as in DNS.
package Zone;
use Net::DNS;
sub new { return bless {}, shift }
sub errorstring { return 'NOERROR' }
sub send {
  my ($self, $name, $type) = @_;
  my $reply = Net::DNS::Packet->new($name, 'TXT');
  my $text = $zone{lc $name};
  if (!defined $text) {
    $reply->header->rcode('NXDOMAIN');
    return $reply;
  }
  my @strings = $text =~ /(.{1,255})/gs;
  $reply->push(answer => Net::DNS::RR->new(name => $name, type => 'TXT', ttl => 300, txtdata => \@strings));
  return $reply;
}

package main;

sub read_exactly {
  my ($count) = @_;
  my $data = '';
  while (length $data < $count) {
    my $n = read STDIN, $data, $count - length $data, length $data;
    exit 0 unless $n;
  }
  return $data;
}

sub read_frame {
  my $count = unpack 'N', read_exactly(4);
  return map { read_exactly(unpack 'N', read_exactly(4)) } 1 .. $count;
}

sub write_frame {
  print pack('N', scalar @_), map { pack('N', length $_) . $_ } @_;
}

# In pieces of odd length, as a mail server passes them.
sub feed {
  my ($dkim, $message) = @_;
  for (my $at = 0; $at < length $message; $at += 4099) { $dkim->PRINT(substr $message, $at, 4099) }
  $dkim->CLOSE;
  return $dkim;
}

sub verify {
  my ($message) = @_;
  my $dkim = feed(Mail::DKIM::Verifier->new, $message);
  return map { $_->result eq 'pass' ? 'pass' : 'fail: ' . $_->result_detail } $dkim->signatures;
}

sub sign {
  my %request = @_;
  my $key = $keys{$request{key}} //= do {
    my $base64 = $request{key};
    $base64 =~ s/-----[^-]*-----|\s//g;
    Mail::DKIM::PrivateKey->load(Data => $base64);
  };
  my $signer = Mail::DKIM::Signer->new(
    Algorithm => $request{a}, Method => $request{c}, Domain => $request{d}, Selector => $request{s}, Key => $key,
    exists $request{i} ? (Identity => $request{i}) : (), exists $request{x} ? (Expiration => $request{x}) : ());
  # '+' signs a field once more than it exists, '*' as often as it exists.
  $signer->extended_headers({map { $_ => $request{oversign} ? '+' : '*' } split /:/, $request{h}}) if $request{h};
  feed($signer, $request{message});
  return $signer->signature->as_string . "\015\012";
}

sub answer {
  my ($verb, @arguments) = @_;
  if ($verb eq 'key') { $zone{lc $arguments[0]} = $arguments[1]; return }
  return verify(@arguments) if $verb eq 'verify';
  return sign(@arguments) if $verb eq 'sign';
  die "unknown verb $verb\n";
}

exit 0 if "@ARGV" eq '--check';
binmode STDIN;
binmode STDOUT;
$| = 1;
Mail::DKIM::DNS::resolver(Zone->new);
while (1) {
  my @request = read_frame();
  my @reply = eval { ('ok', answer(@request)) };
  write_frame($@ ne '' && !@reply ? ('error', "$@") : @reply);
}
