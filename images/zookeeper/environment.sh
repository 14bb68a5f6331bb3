# What the server and the client of this image are started with; sourced by both.
java_command=(
	/usr/lib/jvm/java-21-openjdk-*/bin/java
	# A member of a small ensemble: little memory, ready soon.
	-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData
	-Djava.security.properties=/usr/share/holdfast/zookeeper/java.security
	# Of Debian's many Java libraries these are what a server without its web page for administrators needs.
	-cp "$(
		IFS=:
		libraries=(zookeeper zookeeper-jute slf4j-api slf4j-simple metrics-core snappy-java commons-cli commons-io)
		libraries=("${libraries[@]/#//usr/share/java/}")
		echo "${libraries[*]/%/.jar}"
	)"
)
