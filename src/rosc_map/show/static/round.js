// round
