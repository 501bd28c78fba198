#!/bin/sh
# Fetches the texts of pre-training from Debian into a folder, and prints where they are. Nothing of them is committed.
#   fetch-texts.sh FOLDER
set -eu
mkdir -p "$1" && cd "$1"
apt-get download wordnet-base dict-gcide
for package in wordnet-base_*.deb dict-gcide_*.deb; do dpkg-deb -x "$package" texts; done
mkdir -p apt/lists/partial apt/archives
apt-get -o Dir::State::lists="$PWD/apt/lists" -o Dir::Cache="$PWD/apt" -o Acquire::Languages=en update
echo "--wordnet      $PWD/texts/usr/share/wordnet"
echo "--gcide        $PWD/texts/usr/share/dictd"
echo "--descriptions $(ls -S "$PWD"/apt/lists/*_main_i18n_Translation-en.lz4 | head -1)"
