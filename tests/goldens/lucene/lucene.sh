#!/bin/sh
# Runs LuceneReference.java with Lucene 9.12.2, which Maven fetches once. Needs a JDK 17+ and mvn.
#   sh tests/goldens/lucene/lucene.sh MODE ARGUMENTS   (modes: see LuceneReference.java)
set -eu
here=$(dirname "$0")
version=9.12.2
jars="$here/../../../.cache/lucene-$version"
for name in lucene-core lucene-analysis-common; do
  [ -f "$jars/$name-$version.jar" ] ||
    mvn -q -B dependency:copy -Dartifact="org.apache.lucene:$name:$version" -DoutputDirectory="$jars" >&2
done
exec java -cp "$jars/*" "$here/LuceneReference.java" "$@"
