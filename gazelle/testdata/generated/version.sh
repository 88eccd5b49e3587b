echo "\"$(cat "$1")\""
