#!/usr/bin/perl
# A connector for event70 in Perl 5 with core modules, written from PROTOCOL.md alone.
use strict;
use warnings;
use JSON::PP;

binmode STDIN;
binmode STDOUT;
$| = 1;
my $json = JSON::PP->new->utf8->canonical;
my $state = 'state';
my ($site, $running, $restarts, $number, $handed) = (undef, 0, 0, 0, 0);

my $not_accessible = 'The Microsoft Exchange Connector for Lotus cc:Mail has not been configured correctly'
    . ' or the Post Office it is configured to connect to is not accessible at this time.';
my %text = (
    43 => 'The Lotus cc:Mail IMPORT/EXPORT.EXE programs could not be executed. Check to see that they'
        . ' exist on the server and are in the system path. The system error code is %1. %2',
    54 => 'Conversion of message failed and the message was moved to the Bad directory.',
    58 => 'Lotus cc:Mail IMPORT from file %1 completed successfully.',
    59 => 'Lotus cc:Mail IMPORT from file %1 returned result code 1. Program did not complete successfully.',
    61 => "Lotus cc:Mail IMPORT from file %1 returned result code 3. $not_accessible",
    62 => 'Lotus cc:Mail IMPORT from file %1 returned result code 4. The Lotus cc:Mail post office is'
        . ' locked by another process. %2',
    63 => 'Lotus cc:Mail IMPORT from file %1 returned result code 5. Undeliverable message or updates.',
    65 => 'Lotus cc:Mail EXPORT to file %1 failed to run. %2',
    67 => 'Lotus cc:Mail EXPORT to file %1 completed successfully.',
    68 => 'Lotus cc:Mail EXPORT to file %1 returned result code 1. Could not access the Lotus cc:Mail'
        . ' Post Office.',
    70 => "Lotus cc:Mail EXPORT to file %1 returned result code 3. $not_accessible %2",
    71 => 'Lotus cc:Mail EXPORT to file %1 returned result code 4. The Lotus cc:Mail Post Office is'
        . ' locked by another process %2',
);

sub receive {
    my $line = <STDIN>;
    exit 0 unless defined $line;
    return $json->decode($line);
}

sub send_line {
    print $json->encode($_[0]), "\n";
}

sub event {
    my ($id, $type, $category, @strings) = @_;
    my %event = (
        id => 0 + $id, source => 'MSExchangeCCMC', type => $type, category => $category,
        strings => [map { "$_" } @strings],
    );
    if (my $text = $text{$id}) {
        $text =~ s/%(\d)/defined $strings[$1 - 1] ? $strings[$1 - 1] : ''/ge;
        $text =~ s/\s+$//;
        $event{text} = $text;
    }
    send_line({ event => \%event });
}

sub at_maximum { return $site->{logging}{$_[0]} eq 'maximum' }

sub save {
    open my $out, '>', "$state.new" or die "state: $!";
    print $out "$number $handed\n";
    close $out;
    rename "$state.new", $state or die "state: $!";
}

# One run and its events: how many messages it moved, nothing unless it exited 0.
sub execute {
    my ($program, $name, $file, @switches) = @_;
    save();
    my $tab = $site->{tab};
    my @arguments = ("/N$name", "/P$tab->{password}", "/D$tab->{path}", @switches, "/\@$program\\$file");
    send_line({ run => { program => $program, arguments => \@arguments } });
    my $ran = receive();
    my $base = $program eq 'EXPORT' ? 67 : 58;
    if ($ran->{ran} eq 'exited' && $ran->{code} == 0) {
        event($base, 'Information', 'General', $file) if at_maximum('general');
        event(54, 'Error', 'General') for 1 .. $ran->{corrupt};
        return $ran->{messages};
    }
    if ($ran->{ran} eq 'exited') {
        event($base + $ran->{code}, 'Error', 'General', $file);
    } elsif ($ran->{ran} eq 'failed') {
        event(65, 'Error', 'General', $file, $ran->{console});
    } elsif ($ran->{ran} eq 'not-found') {
        event(43, 'Error', 'General', $ran->{code}, $ran->{console});
        not_found();
    }
    return undef;
}

# The thread is started again with the next cycle, 25 times in a life of the service.
sub not_found {
    $restarts++;
    if ($restarts > 25) {
        event(85, 'Error', 'General');
        $running = 0;
    } else {
        event(86, 'Information', 'General', $restarts);
    }
}

sub export_messages {
    $number = ($number + 1) % 65536;
    my $file = sprintf 'msg%04X.ccm', $number;
    return execute('EXPORT', $site->{entry}, $file, qw(/ITEMSIZE /FORMAT/FAN /BATCH /FILES/MACBIN2));
}

# A full batch is followed by another at once.
sub export_batches {
    my $full = $site->{'export-max'} // 16;
    while (1) {
        my $moved = export_messages();
        last unless defined $moved && $moved == $full;
    }
}

sub import_file {
    my ($file) = @_;
    return execute('IMPORT', $site->{tab}{name}, $file, qw(/ITEMSIZE /PARTIAL /BATCH /FILES/MACBIN2));
}

sub start {
    ($running, $restarts) = (1, 0);
    export_batches();
}

sub cycle {
    my ($outbound) = @_;
    export_batches();
    return unless $running;
    if (at_maximum('outbound')) {
        event(11001, 'Information', 'Outbound') for $handed + 1 .. $outbound;
    }
    $handed = $outbound;
    while ($handed > 0) {
        my $moved = import_file('*.ccm');
        last unless $moved;
        $handed = $moved < $handed ? $handed - $moved : 0;
    }
}

sub dirsync {
    event(14001, 'Information', 'Dir-Synch') if at_maximum('dir-synch');
    for my $file (qw(CCMDIR.EXP CCMLIST.EXP CCMBB.EXP)) {
        return unless defined execute('EXPORT', $site->{tab}{name}, $file, '/DIRECTORY');
    }
    for my $file (qw(CCMDEL.IMP CCMDIR.IMP)) {
        return unless defined import_file($file);
    }
    event(14031, 'Information', 'Dir-Synch') if at_maximum('dir-synch');
}

if (open my $in, '<', $state) {
    ($number, $handed) = split ' ', <$in>;
}
while (1) {
    my $command = receive();
    my $do = $command->{do};
    $site = $command->{site} if $command->{site};
    if ($do eq 'reset') { ($running, $restarts, $number, $handed) = (0, 0, 0, 0) }
    elsif ($do eq 'start') { start() }
    elsif ($do eq 'cycle') { cycle($command->{outbound}) }
    elsif ($do eq 'dirsync') { dirsync() }
    elsif ($do eq 'stop') { $running = 0 }
    save();
    send_line({ done => $do });
}
