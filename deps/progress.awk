# Reads what apt-get (with APT::Status-Fd=1) or pip says, writes it to log_file, and prints how far it is, a line every
# five seconds at most. Ends with the exit status that the last line tells.
function tell(text) {
	now = systime()
	if (now - told < 5)
		return
	told = now
	print "deps: " text
	fflush()
}

BEGIN { told = systime() }

/^exit-status: [0-9]+$/ { status = $2; next }

# dlstatus:ITEM:PERCENT:TEXT while it fetches, pmstatus:PACKAGE:PERCENT:TEXT while it installs.
/^(dl|pm)status:/ {
	split($0, part, ":")
	# A name of a package may have :ARCHITECTURE.
	percent = part[3] ~ /^[0-9.]+$/ ? part[3] : part[4]
	tell(sprintf("%s, %d %%", /^dl/ ? "fetching" : "installing", percent))
	next
}

{ print >>log_file }

/^Collecting / { tell(sprintf("fetching, %d of %d", ++collected, count)) }
/^Installing collected packages/ { tell("installing") }

END { exit status }
