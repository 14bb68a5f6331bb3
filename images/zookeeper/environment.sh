# What the server and the client of this image are started with; sourced by both.
java_command=(
	/usr/lib/jvm/java-21-openjdk-*/bin/java
	# A member of a small ensemble: little memory, ready soon.
	-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData
	-Djava.security.properties=/usr/share/holdfast/zookeeper/java.security
	# Its manifest names the libraries that it needs; what writes the log is for each program to choose.
	-cp /usr/share/java/zookeeper.jar:/usr/share/java/slf4j-simple.jar
)
